import { deflateSync, Inflate, strFromU8, strToU8 } from "fflate";
import { failed, ok, type Result } from "../base/result.ts";
import { words } from "../base/words.ts";

/** Longest payload that is looked at, in characters; a damaged or hostile link beyond it is refused unread. */
export const longestPayload = 1_500_000;
/** Most that a payload may unpack to, in bytes. */
const mostUnpacked = 8 * 1024 * 1024;
/** Unpacking goes in pieces of this size, so that a bomb is noticed early. */
const piece = 1024;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function toBase64Url(bytes: Uint8Array): string {
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0;
    const b = bytes[i + 1] ?? 0;
    const c = bytes[i + 2] ?? 0;
    const word = (a << 16) | (b << 8) | c;
    const count = Math.min(4, bytes.length - i + 1);
    for (let k = 0; k < count; k++) out.push(alphabet[(word >> (18 - 6 * k)) & 63] ?? "");
  }
  return out.join("");
}

function fromBase64Url(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  for (let i = 0; i < text.length; i += 4) {
    let word = 0;
    for (let k = 0; k < 4; k++) word = (word << 6) | Math.max(0, alphabet.indexOf(text[i + k] ?? "A"));
    for (let k = 0; k < 3 && at < bytes.length; k++) bytes[at++] = (word >> (16 - 8 * k)) & 255;
  }
  return bytes;
}

/** A length of the text in front tells a cut link from a whole one: deflate alone does not always. */
export function pack(text: string): string {
  const bytes = strToU8(text);
  return `${bytes.length.toString(36)}.${toBase64Url(deflateSync(bytes, { level: 9 }))}`;
}

export function unpack(payload: string): Result<string> {
  const damaged = failed(
    "link/damaged",
    words("The link is damaged: part of it is missing or was changed.", "链接已损坏：有一部分缺失或被改动。"),
  );
  if (payload.length > longestPayload)
    return failed(
      "link/too-long",
      words("The link is longer than any that natlens makes.", "链接长度超过 natlens 能生成的任何链接。"),
    );
  const dot = payload.indexOf(".");
  const length = Number.parseInt(payload.slice(0, dot), 36);
  const bytes = fromBase64Url(payload.slice(dot + 1));
  if (dot < 1 || !Number.isSafeInteger(length) || length > mostUnpacked || !bytes || bytes.length === 0) return damaged;
  const out = new Uint8Array(length);
  let filled = 0;
  let tooMuch = false;
  const inflate = new Inflate((chunk) => {
    if (filled + chunk.length > length) tooMuch = true;
    else out.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let at = 0; at < bytes.length && !tooMuch; at += piece)
      inflate.push(bytes.subarray(at, at + piece), at + piece >= bytes.length);
  } catch {
    return damaged; // fflate throws on invalid deflate data; that is the link's fault, and said so
  }
  return tooMuch || filled !== length ? damaged : ok(strFromU8(out));
}
