import { words } from "../../../base/words.ts";
import { prefixTranslation } from "./prefix-translation.ts";

export const dnpt = prefixTranslation(
  "DNPT",
  words("DNPT rewrites the destination's prefix.", "DNPT 改写目的地址前缀。"),
);
