import type { Diagnostic } from "../../base/diagnostic.ts";
import type { SourceText } from "../../base/source.ts";
import { type Words, words } from "../../base/words.ts";

const head = 65536;

interface Kind {
  /** `an ELF program`, as what follows "is". */
  readonly is: Words;
  readonly advice: Words;
  /** Bytes at an offset, as Latin-1 text: the numbers of file(1). */
  readonly magic: readonly (readonly [offset: number, bytes: string])[];
}

const kind = (is: Words, advice: Words, ...magic: Kind["magic"]): Kind => ({ is, advice, magic });
const unpack = (tool: string): Words =>
  words(`Unpack it first, with ${tool}, and paste what is in it.`, `请先用 ${tool} 解压，再粘贴其中的内容。`);
const printed = words("Paste what the command prints, as text.", "请以文本形式粘贴命令的输出。");
const picture = words("Paste the text itself, not a picture of it.", "请粘贴文本本身，而不是截图。");
const capture = words("Paste what tcpdump -nr FILE prints.", "请粘贴 tcpdump -nr FILE 的输出。");

const kinds: readonly Kind[] = [
  kind(words("an ELF program", "ELF 可执行文件"), printed, [0, "\x7fELF"]),
  kind(words("a Windows program", "Windows 可执行文件"), printed, [0, "MZ\x90\0"]),
  kind(words("compressed with gzip", "gzip 压缩文件"), unpack("gunzip"), [0, "\x1f\x8b"]),
  kind(words("a zip archive", "zip 压缩包"), unpack("unzip"), [0, "PK\x03\x04"], [0, "PK\x05\x06"]),
  kind(words("compressed with xz", "xz 压缩文件"), unpack("unxz"), [0, "\xfd7zXZ\0"]),
  kind(words("compressed with zstd", "zstd 压缩文件"), unpack("unzstd"), [0, "\x28\xb5\x2f\xfd"]),
  kind(words("compressed with bzip2", "bzip2 压缩文件"), unpack("bunzip2"), [4, "1AY&SY"]),
  kind(words("a 7-Zip archive", "7-Zip 压缩包"), unpack("7z x"), [0, "7z\xbc\xaf\x27\x1c"]),
  kind(words("a tar archive", "tar 归档文件"), unpack("tar -xf"), [257, "ustar"]),
  kind(
    words("a capture file", "抓包文件"),
    capture,
    [0, "\xd4\xc3\xb2\xa1"],
    [0, "\xa1\xb2\xc3\xd4"],
    [0, "\x4d\x3c\xb2\xa1"],
    [0, "\xa1\xb2\x3c\x4d"],
    [0, "\x0a\x0d\x0d\x0a"],
  ),
  kind(words("a PNG picture", "PNG 图片"), picture, [0, "\x89PNG"]),
  kind(words("a JPEG picture", "JPEG 图片"), picture, [0, "\xff\xd8\xff"]),
  kind(words("a GIF picture", "GIF 图片"), picture, [0, "GIF87a"], [0, "GIF89a"]),
  kind(words("a PDF document", "PDF 文档"), printed, [0, "%PDF-"]),
  kind(words("an SQLite database", "SQLite 数据库"), printed, [0, "SQLite format 3\0"]),
  kind(
    words("a systemd journal", "systemd 日志文件"),
    words("Paste what journalctl prints.", "请粘贴 journalctl 的输出。"),
    [0, "LPKSHHRH"],
  ),
];

/** What makes a whole text unusable; undefined: it can be read. */
export function unreadable(source: SourceText): Diagnostic | undefined {
  const { bytes } = source;
  const at = { source: source.id, from: 0, to: Math.min(1, bytes.length) };
  if (isBlank(bytes))
    return {
      code: "paste/empty",
      severity: "warning",
      at,
      message: words(`${source.name} is empty.`, `${source.name} 是空的。`),
      advice: words("Paste what the command prints.", "粘贴命令打印的内容。"),
    };
  const known = kinds.find(({ magic }) => magic.some(([offset, text]) => standsAt(bytes, offset, text)));
  if (known || isBinary(bytes.subarray(0, head))) {
    const is = known?.is ?? words("no text", "二进制文件，不是文本");
    return {
      code: "paste/binary",
      severity: "error",
      at,
      message: words(`${source.name} is ${is.en}.`, `${source.name} 是${is["zh-CN"]}。`),
      advice: known?.advice ?? printed,
    };
  }
  return undefined;
}

const standsAt = (bytes: Uint8Array, offset: number, text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
};

/** Nothing but blanks, those of UTF-8 among them; a text that holds something shows it within its first bytes. */
function isBlank(bytes: Uint8Array): boolean {
  const seen = bytes.findIndex((byte) => byte > 32 && byte < 128);
  if (seen !== -1) return false;
  return !/[^\s\ufeff\u200b-\u200d\u2060\0]/.test(new TextDecoder().decode(bytes));
}

/** A /proc/PID/cmdline has one NUL in a dozen bytes; text has hardly any other control characters. */
function isBinary(bytes: Uint8Array): boolean {
  let nul = 0;
  let control = 0;
  for (const byte of bytes) {
    if (byte === 0) nul++;
    else if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27 && byte !== 8 && byte !== 12)
      control++;
  }
  return nul > bytes.length / 4 || control > bytes.length / 50 + 2;
}
