import { type ListPart, listForm } from "../list-form.ts";
import { prefixWithHost } from "../values/addresses.ts";
import { negatable } from "../values/fields.ts";
import { number } from "../values/number.ts";
import { defineMatch } from "./define-match.ts";
import { noExtensionHeaders } from "./extension-header.ts";

const byte = number(0, 255);
/** The segment routing header: libip6t_srh.c. */
export const srh = defineMatch({
  ...noExtensionHeaders,
  name: "srh",
  fields: {
    nextHeader: negatable("--srh-next-hdr", byte),
    lengthEq: negatable("--srh-hdr-len-eq", byte),
    lengthGt: negatable("--srh-hdr-len-gt", byte),
    lengthLt: negatable("--srh-hdr-len-lt", byte),
    segmentsEq: negatable("--srh-segs-left-eq", byte),
    segmentsGt: negatable("--srh-segs-left-gt", byte),
    segmentsLt: negatable("--srh-segs-left-lt", byte),
    lastEq: negatable("--srh-last-entry-eq", byte),
    lastGt: negatable("--srh-last-entry-gt", byte),
    lastLt: negatable("--srh-last-entry-lt", byte),
    tag: negatable("--srh-tag", number(0, 65535)),
    previous: negatable("--srh-psid", prefixWithHost),
    next: negatable("--srh-nsid", prefixWithHost),
    last: negatable("--srh-lsid", prefixWithHost),
  },
  list: listForm(/srh/, [
    ...[
      "next-hdr",
      "hdr-len-eq",
      "hdr-len-gt",
      "hdr-len-lt",
      "segs-left-eq",
      "segs-left-gt",
      "segs-left-lt",
      "last-entry-eq",
      "last-entry-gt",
      "last-entry-lt",
      "tag",
    ].map((name): ListPart => [`--srh-${name}`, new RegExp(`${name}:(?<not>!)?(?<a>\\d+)`)]),
    ...["psid", "nsid", "lsid"].map(
      (name): ListPart => [`--srh-${name}`, new RegExp(`${name} +(?<not>! )?(?<a>\\S+)`)],
    ),
  ]),
});
