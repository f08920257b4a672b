import { formatsPage } from "./formats-page.ts";
import { netfilterPage } from "./netfilter-page.ts";
import type { Page } from "./page.ts";

/** Every page that `npm run docs` writes. */
export const pages = (): readonly Page[] => [formatsPage(), netfilterPage()];
