import { Fragment } from "react";

/**
 * What an engineer types inside a sentence: addresses, ranges, ports, chains, marks, flags, sysctls, commands between
 * backticks. It is mono wherever it stands.
 */
const typed =
  /(`[^`]+`|(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?(?::\d{1,5})?|\[?(?:[0-9a-f]{1,4}:){2,}[0-9a-f:]*\]?(?:\/\d{1,3})?(?::\d{1,5})?|\b0x[0-9a-f]+(?:\/0x[0-9a-f]+)?|\bKUBE-[A-Z0-9-]+|(?<=^|\s|（|\()--?[a-z][\w-]*(?:=[^\s，。,;；）)]+)?|\bnet\.[a-z0-9_.]+|\b(?:eth|cni|docker|veth|kube-ipvs|lo|ens|bond|flannel\.)\d+\b)/;

export function Prose({ text }: { text: string }) {
  const parts = text.split(typed);
  return parts.map((part, i) =>
    // Odd places are what the pattern caught.
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, in its order
      <code key={i} className="mono text-[0.94em] break-words">
        {part.replace(/^`|`$/g, "")}
      </code>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, in its order
      <Fragment key={i}>{part}</Fragment>
    ),
  );
}
