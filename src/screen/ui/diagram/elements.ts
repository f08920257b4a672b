import type { Edge, Node } from "@xyflow/react";
import type { SideName } from "../../../analysis/view.ts";
import type { Ghost, Label, LanePicture, Picture, PlacedStop, Section } from "../../diagram/picture.ts";

export type StopNode = Node<{ stop: PlacedStop; name: string }, "stop">;
export type LabelNode = Node<{ label: Label; side: SideName }, "label">;
export type GhostNode = Node<{ ghost: Ghost; side: SideName }, "ghost">;
export type LaneNode = Node<{ lane: LanePicture; width: number; first: boolean }, "lane">;
export type BandsNode = Node<{ picture: Picture }, "bands">;
export type FlagNode = Node<{ moment: number }, "flag">;
export type DiagramNode = StopNode | LabelNode | GhostNode | LaneNode | BandsNode | FlagNode;
export type SectionEdge = Edge<{ section: Section; side: SideName }, "section">;

const still = { draggable: false, selectable: false, focusable: false, connectable: false } as const;

/** Half the sides of what a stop's node covers: at least 24 px to hit. */
const sizes: Readonly<Record<PlacedStop["shape"], readonly [number, number]>> = {
  terminus: [26, 26],
  circle: [24, 24],
  square: [24, 24],
  plate: [172, 38],
  capsule: [26, 36],
  notch: [12, 24],
  peer: [42, 26],
  socket: [26, 26],
  lost: [26, 26],
  unknown: [30, 30],
};
/** A plate hangs from where the line enters it. */
const PLATE_DROP = 9;

/** The picture as React Flow's nodes and edges. They know nothing of packets. */
export function elementsOf(picture: Picture): { nodes: DiagramNode[]; edges: SectionEdge[] } {
  const nodes: DiagramNode[] = [
    {
      id: "bands",
      type: "bands",
      position: { x: 0, y: 0 },
      width: picture.width,
      height: picture.height,
      zIndex: -4,
      data: { picture },
      ...still,
    },
  ];
  const edges: SectionEdge[] = [];
  for (const [i, lane] of picture.lanes.entries()) {
    nodes.push({
      id: `lane-${lane.side}`,
      type: "lane",
      position: { x: 0, y: lane.top },
      width: picture.width,
      height: lane.height,
      zIndex: -2,
      data: { lane, width: picture.width, first: i === 0 },
      ...still,
    });
    for (const label of lane.labels)
      nodes.push({
        id: label.id,
        type: "label",
        position: { x: label.box.x, y: label.box.y },
        width: label.box.width,
        height: label.box.height,
        zIndex: 1,
        data: { label, side: lane.side },
        ...still,
      });
    for (const ghost of lane.ghosts)
      nodes.push({
        id: `${lane.side}-${ghost.id}`,
        type: "ghost",
        position: { x: ghost.box.x, y: ghost.box.y },
        width: ghost.box.width,
        height: ghost.box.height,
        zIndex: 2,
        data: { ghost, side: lane.side },
        ...still,
      });
    for (const stop of lane.stops) {
      const [width, height] = sizes[stop.shape];
      const y = stop.shape === "plate" ? stop.y + PLATE_DROP : stop.y;
      nodes.push({
        id: stop.id,
        type: "stop",
        position: { x: stop.x - width / 2, y: y - height / 2 },
        width,
        height,
        zIndex: stop.shape === "plate" ? 3 : 2,
        data: { stop, name: stop.title },
        ...still,
      });
    }
    for (const section of lane.sections)
      edges.push({
        id: section.id,
        type: "section",
        source: section.from,
        target: section.to,
        data: { section, side: lane.side },
        selectable: false,
        focusable: false,
        zIndex: 0,
      });
  }
  const { divergence } = picture;
  if (divergence)
    nodes.push({
      id: "flag",
      type: "flag",
      position: { x: divergence.flag.x, y: divergence.flag.y },
      width: divergence.flag.width,
      height: divergence.flag.height,
      zIndex: 4,
      data: { moment: divergence.moment },
      ...still,
    });
  return { nodes, edges };
}
