import "@xyflow/react/dist/base.css";
import { type EdgeTypes, type NodeMouseHandler, type NodeTypes, ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { useMemo } from "react";
import type { FlowView } from "../../../analysis/view.ts";
import { drawPicture } from "../../diagram/draw.ts";
import type { Timeline } from "../../diagram/timeline.ts";
import { useActions, useApp, useLanguage } from "../kit/store.tsx";
import { type DiagramNode, elementsOf, type SectionEdge as SectionType } from "./elements.ts";
import { HEAD, Heads } from "./heads.tsx";
import { LaneNode } from "./lane-node.tsx";
import { measureText } from "./measure.ts";
import { BandsNode, FlagNode, GhostNode, LabelNode } from "./other-nodes.tsx";
import { Packets } from "./packets.tsx";
import { SectionEdge } from "./section-edge.tsx";
import { StopNode } from "./stop-node.tsx";

const nodeTypes: NodeTypes = {
  stop: StopNode,
  label: LabelNode,
  ghost: GhostNode,
  lane: LaneNode,
  bands: BandsNode,
  flag: FlagNode,
};
const edgeTypes: EdgeTypes = { section: SectionEdge };

interface WayProps {
  readonly view: FlowView;
  readonly timeline: Timeline;
  readonly width: number;
  readonly height: number;
}

/** The map: both lanes, drawn with React Flow at a fixed scale. A chunk of its own. */
export default function Way({ view, timeline, width, height }: WayProps) {
  const language = useLanguage();
  const actions = useActions();
  const picture = useMemo(
    () => drawPicture(timeline, view, { width, height: height - HEAD, language, measure: measureText }),
    [timeline, view, width, height, language],
  );
  const elements = useMemo(() => elementsOf(picture), [picture]);
  const left = useCamera(picture.width, width, timeline, elements.nodes);
  const choose: NodeMouseHandler<DiagramNode> = (_, node) => {
    const moment = momentOf(node);
    if (moment === undefined) return;
    actions.selectMoment(moment);
    actions.showDetail("step");
  };
  return (
    <div className="way" style={{ height }}>
      <Heads picture={picture} left={left} />
      <div className="way-body" style={{ height: picture.height }}>
        <ReactFlowProvider>
          <ReactFlow<DiagramNode, SectionType>
            nodes={elements.nodes}
            edges={elements.edges}
            nodeTypes={nodeTypes}
            edgeTypes={edgeTypes}
            viewport={{ x: left, y: 0, zoom: 1 }}
            onNodeClick={choose}
            nodesDraggable={false}
            nodesConnectable={false}
            nodesFocusable={false}
            edgesFocusable={false}
            elementsSelectable={false}
            panOnDrag={false}
            zoomOnScroll={false}
            zoomOnPinch={false}
            zoomOnDoubleClick={false}
            preventScrolling={false}
            deleteKeyCode={null}
            disableKeyboardA11y
            proOptions={{ hideAttribution: true }}
            minZoom={1}
            maxZoom={1}
          >
            <Packets picture={picture} timeline={timeline} />
          </ReactFlow>
        </ReactFlowProvider>
      </div>
    </div>
  );
}

const momentOf = (node: DiagramNode): number | undefined => {
  if (node.type === "stop") return node.data.stop.moment;
  if (node.type === "ghost") return node.data.ghost.moment;
  if (node.type === "label") return node.data.label.moment;
  return node.type === "flag" ? node.data.moment : undefined;
};

/** On a narrow pane the map keeps its size and the camera follows the packet. */
function useCamera(mapWidth: number, paneWidth: number, timeline: Timeline, nodes: readonly DiagramNode[]): number {
  const stands = useApp((state) => timeline.moments[state.moment]?.stands);
  if (mapWidth <= paneWidth) return 0;
  const id = stands?.broken ?? stands?.healthy;
  const node = nodes.find((n) => n.id === id);
  const x = node ? node.position.x + (node.width ?? 0) / 2 : 0;
  return Math.round(Math.max(paneWidth - mapWidth, Math.min(0, paneWidth / 2 - x)));
}
