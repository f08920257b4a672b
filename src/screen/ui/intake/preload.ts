/** What the input needs once there is some. */
export const preloadIntake = (): Promise<unknown> =>
  Promise.all([
    import("./side-texts.tsx"),
    import("./side-kinds.tsx"),
    import("./notice-bar.tsx"),
    import("./input-report.tsx"),
    import("./collector.tsx"),
  ]);
