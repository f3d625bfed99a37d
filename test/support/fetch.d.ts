/** The generated client is for browsers, whose name for what `fetch` sends is not among Node's types. */
type BodyInit = NonNullable<RequestInit['body']>;
