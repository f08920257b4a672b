import fc from "fast-check";

/** Text of any UTF-16 units, ASCII half the time. fast-check's own unit for that takes seconds to set itself up. */
export const anyText = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff)), { maxLength }).map((units) => String.fromCharCode(...units));
