import { useEffect, useMemo, useRef } from "react";
import type { FlowView, SideName } from "../../../analysis/view.ts";
import { outcomeWords } from "../../diagram/outcome-words.ts";
import type { Timeline } from "../../diagram/timeline.ts";
import { type Cell, type UprightPicture, uprightOf } from "../../diagram/upright.ts";
import { SideSign } from "../kit/marks.tsx";
import { useActions, useApp, useLanguage, useTexts } from "../kit/store.tsx";
import { UprightCell } from "./upright-cell.tsx";

const ROW = 52;
const TOP = 10;
const WIDEST = 480;

interface UprightProps {
  readonly timeline: Timeline;
  readonly view: FlowView;
  readonly width: number;
}

/** Both lanes from top to bottom, names in the middle, replies up the outer edges. */
export function Upright({ timeline, width }: UprightProps) {
  const t = useTexts();
  const language = useLanguage();
  const picture = useMemo(() => uprightOf(timeline, language), [timeline, language]);
  const w = Math.min(width, WIDEST);
  const height = TOP + picture.rows.length * ROW + ROW;
  const laneX: Readonly<Record<SideName, number>> = { healthy: w * 0.246, broken: w * 0.754 };
  return (
    <div className="upright mx-auto" style={{ width: w }}>
      <div className="sticky top-0 z-10 grid grid-cols-2 border-b border-line-1 bg-bg-0 text-center">
        {timeline.sides.map((side) => (
          <span key={side} className="flex items-center justify-center gap-2 py-1.5 font-bold">
            <SideSign side={side} size={10} />
            {t.side[side]}
          </span>
        ))}
      </div>
      <div className="relative" style={{ height }}>
        {picture.rows.map((row, i) => (
          <div
            key={row.key}
            className={`absolute inset-x-0 ${i % 2 === 1 ? "upright-band" : ""}`}
            style={{ top: TOP + i * ROW, height: ROW }}
          />
        ))}
        <svg width={w} height={height} className="absolute inset-0" aria-hidden="true">
          {timeline.sides.map((side) => (
            <LaneLines
              key={side}
              side={side}
              picture={picture}
              x={laneX[side]}
              edge={side === "healthy" ? 22 : w - 22}
            />
          ))}
        </svg>
        {picture.rows.map((row, i) => (
          <Row key={row.key} picture={picture} index={i} laneX={laneX} sides={timeline.sides} />
        ))}
        <ReplyRow
          timeline={timeline}
          picture={picture}
          top={TOP + picture.rows.length * ROW}
          laneX={laneX}
          words={(side) => outcomeWords[timeline.traces[side]?.ending.outcome ?? "undecidable"][language]}
        />
      </div>
    </div>
  );
}

/** What the reader has been asked to predict. */
const plain: Cell = { kind: "stop", lines: [], core: false };

const middle = (i: number): number => TOP + i * ROW + ROW / 2;

/** The lane's own line down, and its reply up the outer edge. */
function LaneLines({ side, picture, x, edge }: { side: SideName; picture: UprightPicture; x: number; edge: number }) {
  const moment = useApp((state) => state.moment);
  const here = picture.rows.map((row, i) => ({ i, cell: row.cells[side] })).filter((r) => r.cell);
  const first = here[0]?.i ?? 0;
  const last = here.at(-1)?.i ?? 0;
  const held = useApp((state) => state.hold?.side === side);
  const steps = held ? [] : picture.reply.filter((r) => r.sides[side]);
  const bottom = middle(picture.rows.length);
  const yOf = (n: number): number => bottom - ((n + 1) / Math.max(1, picture.reply.length)) * (bottom - middle(first));
  const lost = steps.findIndex((r) => r.sides[side] === "lost");
  const lostAt =
    lost >= 0 ? yOf(picture.reply.indexOf(steps[lost] ?? picture.reply[0] ?? { moment: 0, sides: {} }) + 1) : undefined;
  const peer = here.find((r) => r.cell?.kind === "peer");
  const inward = x < edge ? -1 : 1;
  const replied = picture.reply.findIndex((r) => r.moment === moment);
  return (
    <g data-side={side} className="section">
      <path d={`M${x} ${middle(first)}V${middle(last)}`} className="line" />
      {here.map(({ i, cell }) =>
        cell?.core && i > 0 && !held ? (
          <path key={i} d={`M${x} ${middle(i - 1)}V${middle(i)}`} className="core" />
        ) : null,
      )}
      {peer && steps.length > 0 && (
        <g className="reply">
          <path
            d={
              lostAt === undefined
                ? `M${x} ${middle(peer.i)}V${bottom - 8}Q${x} ${bottom} ${x - inward * 8} ${bottom}H${edge + inward * 8}Q${edge} ${bottom} ${edge} ${bottom - 8}V${middle(first) + 8}Q${edge} ${middle(first)} ${edge + inward * 8} ${middle(first)}H${x}`
                : `M${x} ${middle(peer.i)}V${bottom - 8}Q${x} ${bottom} ${x - inward * 8} ${bottom}H${edge + inward * 8}Q${edge} ${bottom} ${edge} ${bottom - 8}V${lostAt}`
            }
            className="line"
          />
          {lostAt !== undefined && (
            <>
              <path
                d={`M${edge} ${lostAt - 14}V${middle(first) + 8}Q${edge} ${middle(first)} ${edge + inward * 8} ${middle(first)}H${x - inward * 12}`}
                className="waiting"
              />
              <rect x={edge - 10} y={lostAt - 10} width="20" height="20" rx="3" fill="var(--drop)" />
              <path d={`M${edge - 4} ${lostAt - 4}l8 8m0 -8l-8 8`} stroke="var(--bg-1)" strokeWidth="2.4" />
            </>
          )}
          {lostAt === undefined &&
            [0.25, 0.5, 0.75].map((part) => (
              <path
                key={part}
                d={`M${edge - 5} ${bottom - part * (bottom - middle(first)) + 3}l5 -6l5 6`}
                className="chevron"
              />
            ))}
        </g>
      )}
      {replied >= 0 && steps.length > 0 && (
        <circle
          cx={edge}
          cy={lostAt === undefined ? yOf(replied) : Math.max(lostAt, yOf(replied))}
          r="8"
          fill="var(--lane)"
          stroke="var(--text-1)"
          strokeWidth="2"
        />
      )}
    </g>
  );
}

function Row({
  picture,
  index,
  laneX,
  sides,
}: {
  picture: UprightPicture;
  index: number;
  laneX: Readonly<Record<SideName, number>>;
  sides: readonly SideName[];
}) {
  const t = useTexts();
  const actions = useActions();
  const row = picture.rows[index];
  const moment = useApp((state) => state.moment);
  const button = useRef<HTMLButtonElement>(null);
  const current = row?.moments.includes(moment) ?? false;
  const playing = useApp((state) => state.playing);
  const hold = useApp((state) => state.hold);
  useEffect(() => {
    if (current && playing) button.current?.scrollIntoView({ block: "nearest" });
  }, [current, playing]);
  if (!row) return null;
  const boxed = sides.some((side) => ["mark", "plate", "ghost"].includes(row.cells[side]?.kind ?? ""));
  const choose = (): void => {
    const telling = row.moments[0];
    if (telling === undefined) return;
    actions.selectMoment(telling);
    actions.showDetail("step");
  };
  return (
    <button
      ref={button}
      type="button"
      tabIndex={-1}
      onClick={choose}
      className="absolute inset-x-0 block"
      style={{ top: TOP + index * ROW, height: ROW }}
      aria-label={`${row.title} ${row.sub}`}
    >
      {!boxed && (
        <span className="absolute top-1/2 left-1/2 w-[46%] -translate-x-1/2 -translate-y-1/2 text-center leading-4">
          <b className="block text-small">{row.title}</b>
          <span className="mono block text-[12px] break-words text-text-2">{row.sub}</span>
        </span>
      )}
      {row.diverges && (
        <span className="absolute top-full left-1/2 z-10 -translate-x-1/2 -translate-y-1/2 rounded-[3px] bg-text-1 px-2 text-[12px] leading-5 font-bold whitespace-nowrap text-bg-1">
          {t.diagram.divergence}
        </span>
      )}
      {sides.map((side) => {
        const asked = hold?.side === side && row.moments.some((m) => m > hold.moment);
        const cell = asked && row.cells[side]?.kind !== "peer" ? plain : row.cells[side];
        return cell ? <UprightCell key={side} side={side} cell={cell} x={laneX[side]} current={current} /> : null;
      })}
    </button>
  );
}

function ReplyRow({
  timeline,
  picture,
  top,
  laneX,
  words,
}: {
  timeline: Timeline;
  picture: UprightPicture;
  top: number;
  laneX: Readonly<Record<SideName, number>>;
  words: (side: SideName) => string;
}) {
  const t = useTexts();
  const held = useApp((state) => state.hold?.side);
  if (picture.reply.length === 0) return null;
  return (
    <div className="absolute inset-x-0" style={{ top, height: ROW }}>
      <b className="absolute top-1/2 left-1/2 -translate-x-1/2 -translate-y-1/2 text-small">{t.detail.reply}</b>
      {timeline.sides.map((side) => (
        <b
          key={side}
          className={`absolute -translate-x-1/2 text-small whitespace-nowrap ${side === held ? "text-text-2" : side === "healthy" ? "text-healthy" : "text-drop"}`}
          style={{ left: (laneX[side] + (side === "healthy" ? 22 : laneX.healthy + laneX.broken - 22)) / 2, top: 4 }}
        >
          {side === held ? t.learn.predict : words(side)}
        </b>
      ))}
    </div>
  );
}
