import {
  Flag,
  IsLogin,
  IsLoginTried,
  IsName,
  IsPassword,
  IsPasswordTried,
  IsSessionTimeout,
  IsTime,
  IsToken,
  Optional,
} from '../config/rules.js';
import { OkDto } from '../ok.dto.js';
import { ApiProperty } from '../openapi/decorators.js';

const TIME = { format: 'date-time' };

/** Without one of them, or with an empty one, a login is as wrong as any other. */
export class LoginDto {
  @IsLoginTried() login = '';
  @IsPasswordTried() password = '';
}

/** A session, until it is logged out or idle for too long. */
export class SessionDto {
  /** Shown once. To be sent as `Authorization: Bearer`. */
  token!: string;
}

export class UserAddedDto extends OkDto {
  /** Of a session, when this is the first user: from now on everybody has to log in. */
  token?: string;
}

/** A user as the list shows him; never with his password. */
export class UserViewDto {
  login!: string;
  admin!: boolean;
  /** Seconds without a request after which a session of this user ends; 0 for never. */
  session_timeout?: number;
}

export class NewUserDto {
  @IsLogin() login!: string;
  /** In clear; or a hash made by `ser2tcp --hash-password`, which is stored as it is. */
  @IsPassword() password!: string;
  /** The first user always is one. */
  @Optional() @Flag() admin?: boolean;
  /** Seconds without a request after which a session of this user ends; 0 for never. */
  @Optional() @IsSessionTimeout() session_timeout?: number | null;
}

/** What is left out stays as it is. */
export class UserChangesDto {
  /** Ends all sessions of the user. */
  @Optional() @IsPassword() password?: string;
  @Optional() @Flag() admin?: boolean;
  /** Seconds; 0 for never, null for what is set for all users. */
  @Optional() @IsSessionTimeout() session_timeout?: number | null;
}

/** An API token as the list shows it. */
export class TokenViewDto {
  id!: string;
  /** In full where the file has it in clear; else its first four characters, beside `s2t_`, where it has eight or more. */
  token!: string;
  name!: string;
  admin!: boolean;
  @ApiProperty(TIME) created?: string;
  @ApiProperty(TIME) last_used?: string;
  @ApiProperty(TIME) expires?: string;
}

export class TokenAddedDto extends TokenViewDto {
  ok!: true;
}

export class NewTokenDto {
  /** Made by the server unless given. */
  @Optional() @IsToken() token?: string;
  @IsName() name!: string;
  @Optional() @Flag() admin?: boolean;
  /** From when on it is worth nothing. */
  @Optional() @IsTime() expires?: string;
}

/** What is left out stays as it is. */
export class TokenChangesDto {
  /** Another token in its place. */
  @Optional() @IsToken() token?: string;
  @Optional() @IsName() name?: string;
  @Optional() @Flag() admin?: boolean;
  /** null for never. */
  @Optional() @IsTime() expires?: string | null;
}
