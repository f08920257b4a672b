import { words } from "../../../base/words.ts";
import { prefixTranslation } from "./prefix-translation.ts";

export const snpt = prefixTranslation("SNPT", words("SNPT rewrites the source's prefix.", "SNPT 改写源地址前缀。"));
