import fc from "fast-check";
import { expect, it } from "vitest";
import { ByteNames } from "./byte-names.ts";

it("finds each name by its number, and no other", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[A-C-]{1,6}$/), { maxLength: 400 }), (list) => {
      const bytes = new TextEncoder().encode(`${list.join(" ")} ${list.join(" ")}`);
      const names = new ByteNames(bytes);
      const again = (bytes.length + 1) / 2;
      let at = 0;
      for (const [number, name] of list.entries()) {
        const to = at + name.length;
        expect(names.find(at, to)).toBe(-1);
        names.add(at, to, number);
        expect(names.find(again + at, again + to)).toBe(number);
        expect(names.findText(name)).toBe(number);
        expect(names.findText(`${name}链`)).toBe(-1);
        expect(names.find(again + at, again + to - 1)).toBe(list.slice(0, number + 1).indexOf(name.slice(0, -1)));
        at = to + 1;
      }
    }),
  );
});
