import { option } from "../values/fields.ts";
import { freeText } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

/** A remark for people: matches every packet. xt_comment.c. */
export const comment = defineMatch({
  name: "comment",
  level: "inert",
  fields: { comment: option("--comment", freeText(255)) },
  needs: [["comment"]],
  test: () => "yes",
});
