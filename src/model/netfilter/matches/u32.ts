import { words } from "../../../base/words.ts";
import { listForm } from "../list-form.ts";
import { negatable } from "../values/fields.ts";
import { u32Program } from "../values/u32-program.ts";
import { defineMatch } from "./define-match.ts";

/** Any four bytes of the packet: libxt_u32.c. */
export const u32 = defineMatch({
  name: "u32",
  level: "recognised",
  note: words("Compares bytes of the packet, which no dump shows.", "比较报文的字节，转储里看不到。"),
  fields: { u32: negatable("--u32", u32Program) },
  needs: [["u32"]],
  list: listForm(/u32/, [["--u32", /(?<not>! )?"(?<a>[^"]*)"/]]),
});
