/**
 * How far natlens understands a construct.
 * modelled: evaluates as the kernel does; caveat: modelled under an assumption that is listed when it is used;
 * recognised: parsed and printed, evaluates to unknown; inert: changes no packet's fate (`comment`);
 * unrecognised: not known at all, kept word by word, evaluates to unknown, and is reported.
 */
export type Support = "modelled" | "caveat" | "recognised" | "inert" | "unrecognised";
