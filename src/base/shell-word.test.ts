import { describe, expect, it } from "vitest";
import { shellWord } from "./shell-word.ts";

describe("a name as a word of a shell command", () => {
  const cases: [name: string, word: string][] = [
    ["KUBE-CLUSTER-IP", "KUBE-CLUSTER-IP"],
    ["cali40s:ABC_d-e", "cali40s:ABC_d-e"],
    // Weave Net names its sets with all printable signs.
    ["weave-s_+ChJId4Uy_$}G;WdH|~TK)I", "'weave-s_+ChJId4Uy_$}G;WdH|~TK)I'"],
    ["it's", "'it'\\''s'"],
    ["", "''"],
  ];
  it.each(cases)("%s", (name, word) => {
    expect(shellWord(name)).toBe(word);
  });
});
