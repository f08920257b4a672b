import type { SetType } from "./set-type.ts";

/** Port numbers of TCP and UDP alike; a packet of another protocol is never a member. kernel ip_set_bitmap_port.c. */
export const bitmapPort: SetType = {
  name: "bitmap:port",
  dimensions: ["number"],
  familied: false,
  sees: ({ proto }) => proto === "tcp" || proto === "udp",
};
