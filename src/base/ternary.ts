/** Kleene's three values: what the dumps do not say is `unknown`, never true or false. */
export type Ternary = "yes" | "no" | "unknown";

export const ternary = (value: boolean): Ternary => (value ? "yes" : "no");
export const not = (a: Ternary): Ternary => (a === "yes" ? "no" : a === "no" ? "yes" : "unknown");
export const and = (a: Ternary, b: Ternary): Ternary =>
  a === "no" || b === "no" ? "no" : a === "yes" && b === "yes" ? "yes" : "unknown";
export const or = (a: Ternary, b: Ternary): Ternary => not(and(not(a), not(b)));
/** `!` of a rule's option, applied to what the option says. */
export const negatedIf = (negated: boolean, a: Ternary): Ternary => (negated ? not(a) : a);
