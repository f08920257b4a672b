import { Unzip, UnzipInflate } from "fflate";
import { parseTar } from "nanotar";
import { type Words, words } from "../../base/words.ts";
import type { UnpackedFile } from "../request.ts";

/** Bounds of what an archive may hold: a small one can unpack to anything. */
const mostBytes = 1 << 30;
const mostFiles = 1000;
/** An archive inside an archive is unpacked, one in that is not. */
const mostDepth = 2;

const tooMuch = words(
  "The archive holds more than 1 GB or 1000 files; the rest was left out.",
  "压缩包超过 1 GB 或 1000 个文件；其余部分未取出。",
);
const damaged = words(
  "The archive is damaged or cut off; what could be unpacked is here.",
  "压缩包已损坏或不完整；能解出的内容都在这里。",
);

interface Unpacked {
  readonly files: readonly UnpackedFile[];
  readonly says?: Words;
}

/** Files of a .gz, .tar, .tar.gz or .zip, told by its first bytes; anything else is the one file it is. Never throws. */
export async function unpack(name: string, content: Blob): Promise<Unpacked> {
  const files: UnpackedFile[] = [];
  const room = { bytes: mostBytes };
  const says = await unpackInto(files, name, content, room, mostDepth);
  return { files, ...(says ? { says } : {}) };
}

async function unpackInto(
  files: UnpackedFile[],
  name: string,
  content: Blob,
  room: { bytes: number },
  depth: number,
): Promise<Words | undefined> {
  const head = new Uint8Array(await content.slice(0, 512).arrayBuffer());
  const kind = depth > 0 ? kindOf(head) : undefined;
  if (kind === undefined) {
    if (files.length >= mostFiles) return tooMuch;
    if (content.size > 0 && isWanted(name)) files.push({ name, content });
    return undefined;
  }
  const inner: UnpackedFile[] = [];
  const says =
    kind === "gzip"
      ? await gunzip(inner, name, content, room)
      : kind === "zip"
        ? await unzip(inner, content, room)
        : await untar(inner, content);
  let more: Words | undefined;
  for (const file of inner) more ??= await unpackInto(files, file.name, file.content, room, depth - 1);
  return says ?? more;
}

function kindOf(head: Uint8Array): "gzip" | "zip" | "tar" | undefined {
  const text = (from: number, to: number): string => String.fromCharCode(...head.subarray(from, to));
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (text(0, 4) === "PK\x03\x04") return "zip";
  return text(257, 262) === "ustar" ? "tar" : undefined;
}

/** What an archiver adds by itself is nobody's dump. */
const isWanted = (name: string): boolean => !/(^|\/)(__MACOSX\/|\.DS_Store$|\._)/.test(name);

async function gunzip(
  files: UnpackedFile[],
  name: string,
  content: Blob,
  room: { bytes: number },
): Promise<Words | undefined> {
  const pieces: BlobPart[] = [];
  let says: Words | undefined;
  const reader = content.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      room.bytes -= next.value.length;
      if (room.bytes < 0) {
        says = tooMuch;
        await reader.cancel();
        break;
      }
      pieces.push(next.value);
    }
  } catch {
    says = damaged;
  }
  const inside = name.replace(/\.tgz$/i, ".tar").replace(/\.gz$/i, "");
  files.push({ name: inside, content: new Blob(pieces) });
  return says;
}

async function untar(files: UnpackedFile[], content: Blob): Promise<Words | undefined> {
  try {
    for (const entry of parseTar(new Uint8Array(await content.arrayBuffer()))) {
      if (entry.type !== "file" || !entry.data) continue;
      if (files.length >= mostFiles) return tooMuch;
      files.push({ name: entry.name, content: new Blob([entry.data as Uint8Array<ArrayBuffer>]) });
    }
    return undefined;
  } catch {
    return damaged;
  }
}

async function unzip(files: UnpackedFile[], content: Blob, room: { bytes: number }): Promise<Words | undefined> {
  let says: Words | undefined;
  /** Files whose end has not come yet. */
  const begun = new Map<string, BlobPart[]>();
  const unzipper = new Unzip((file) => {
    if (file.name.endsWith("/")) return;
    if (files.length >= mostFiles) {
      says = tooMuch;
      return;
    }
    const pieces: BlobPart[] = [];
    begun.set(file.name, pieces);
    file.ondata = (error, data, final) => {
      if (error) says ??= damaged;
      else {
        room.bytes -= data.length;
        if (room.bytes < 0) {
          says = tooMuch;
          file.terminate();
        } else pieces.push(data as Uint8Array<ArrayBuffer>);
      }
      if ((error || final) && begun.delete(file.name)) files.push({ name: file.name, content: new Blob(pieces) });
    };
    file.start();
  });
  unzipper.register(UnzipInflate);
  try {
    const reader = content.stream().getReader();
    for (let next = await reader.read(); !next.done && says !== tooMuch; next = await reader.read())
      // small pieces, so that little is unpacked beyond the bound
      for (let at = 0; at < next.value.length; at += 16_384) unzipper.push(next.value.subarray(at, at + 16_384));
    unzipper.push(new Uint8Array(0), true);
  } catch {
    says ??= damaged;
  }
  if (begun.size > 0) says ??= damaged;
  for (const [name, pieces] of begun) files.push({ name, content: new Blob(pieces) });
  return says;
}
