import type { Diagnostic } from "../../base/diagnostic.ts";
import type { SourceText } from "../../base/source.ts";
import { words } from "../../base/words.ts";

const head = 65536;
const startsWith = (bytes: Uint8Array, ...magic: number[]): boolean => magic.every((byte, i) => bytes[i] === byte);

/** What makes a whole text unusable; undefined: it can be read. */
export function unreadable(source: SourceText): Diagnostic | undefined {
  const { bytes } = source;
  const at = { source: source.id, from: 0, to: Math.min(1, bytes.length) };
  if (bytes.length === 0 || isBlank(bytes))
    return {
      code: "paste/empty",
      severity: "warning",
      at,
      message: words(`${source.name} is empty.`, `${source.name} 是空的。`),
      advice: words("Paste what the command prints.", "粘贴命令打印的内容。"),
    };
  const binary = (en: string, zh: string): Diagnostic => ({
    code: "paste/binary",
    severity: "error",
    at,
    message: words(`${source.name} is no text.`, `${source.name} 不是文本。`),
    advice: words(en, zh),
  });
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff))
    return binary("It is UTF-16. Save it as UTF-8.", "它是 UTF-16 编码，请另存为 UTF-8。");
  if (
    startsWith(bytes, 0xd4, 0xc3, 0xb2, 0xa1) ||
    startsWith(bytes, 0x0a, 0x0d, 0x0d, 0x0a) ||
    startsWith(bytes, 0x4d, 0x3c, 0xb2, 0xa1)
  )
    return binary(
      "It is a capture file. Paste what tcpdump -nr FILE prints.",
      "它是抓包文件，请粘贴 tcpdump -nr FILE 的输出。",
    );
  if (startsWith(bytes, 0x1f, 0x8b) || startsWith(bytes, 0x50, 0x4b, 3, 4))
    return binary("It is compressed. Unpack it first.", "它是压缩文件，请先解压。");
  return isBinary(bytes.subarray(0, head))
    ? binary("Paste what the command prints.", "粘贴命令打印的内容。")
    : undefined;
}

function isBlank(bytes: Uint8Array): boolean {
  const from = startsWith(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0;
  return bytes.subarray(from).every((byte) => byte === 10 || byte === 13 || byte === 32 || byte === 9);
}

/** A /proc/PID/cmdline has one NUL in a dozen bytes, UTF-16 one in two; text has hardly any other control characters. */
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
