/** The drawing is a chunk of its own. */
export const preloadDiagram = (): Promise<unknown> => import("./way.tsx");
