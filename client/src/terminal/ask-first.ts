import { confirm } from '../components/confirm.js';
import { texts } from '../texts/texts.js';

const PREVIEW_CHARACTERS = 200;

export function askToPaste(text: string, paste: () => void): void {
  const lines = text.trimEnd().split(/\r\n|\r|\n/).length;
  const start = Array.from(text.trimStart()).slice(0, PREVIEW_CHARACTERS).join('');
  confirm({
    title: texts.terminal.pasteTitle(lines),
    text: texts.terminal.pasteText(start.length < text.trim().length ? `${start} …` : start),
    confirm: texts.terminal.paste,
    onConfirm: paste,
  });
}

/** A link whose text is the device's choice may lead anywhere: where is shown before it is followed. */
export function askToFollow(uri: string, follow: () => void): void {
  confirm({
    title: texts.terminal.linkTitle,
    text: uri,
    confirm: texts.terminal.linkOpen,
    onConfirm: follow,
  });
}
