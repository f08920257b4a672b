import type { Listed } from "../list-form.ts";
import { option } from "../values/fields.ts";
import { freeText } from "../values/text.ts";
import { defineMatch } from "./define-match.ts";

const longest = 255;

/** Where the closing mark stands, with a blank before it and a blank or the end behind it. */
function ends(text: string, from: number): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(" */", from); at !== -1 && at - from <= longest; at = text.indexOf(" */", at + 1))
    if (at + 3 === text.length || text.charCodeAt(at + 3) <= 32) found.push(at);
  return found;
}

const listedComment = (text: string, from: number, end: number): Listed => ({
  end: end + 3,
  options: [{ name: "--comment", negated: false, args: [text.slice(from + 3, end)], from, to: end + 3 }],
});

/** A remark for people: matches every packet. xt_comment.c. */
export const comment = defineMatch({
  name: "comment",
  level: "inert",
  fields: { comment: option("--comment", freeText(longest)) },
  needs: [["comment"]],
  test: () => "yes",
  /** Where the comment itself holds the closing mark, the text has several readings. */
  list: (text, from) =>
    text.startsWith("/* ", from) ? ends(text, from + 3).map((end) => listedComment(text, from, end)) : [],
});
