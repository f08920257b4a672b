import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { DETAIL } from "../../state/settings.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";

const clamp = (width: number): number => Math.max(DETAIL.least, Math.min(DETAIL.most, width));

/** The border between diagram and details; dragging it or the arrow keys change the width, which is kept. */
export function DetailHandle() {
  const t = useTexts();
  const actions = useActions();
  const width = useApp((state) => state.settings.detail);
  const from = useRef<{ x: number; width: number } | undefined>(undefined);
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (from.current && event.buttons === 1)
      actions.resizeDetail(clamp(from.current.width + from.current.x - event.clientX));
  };
  const keys = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowLeft" ? 16 : event.key === "ArrowRight" ? -16 : 0;
    if (by !== 0) actions.resizeDetail(clamp(width + by));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator with a value is a control; <hr> is none
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t.detail.resize}
      aria-valuenow={width}
      aria-valuemin={DETAIL.least}
      aria-valuemax={DETAIL.most}
      tabIndex={0}
      className="w-px shrink-0 cursor-col-resize touch-none bg-line-1 outline-offset-0 before:relative before:-left-1 before:block before:h-full before:w-[9px]"
      onPointerDown={(event) => {
        from.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onKeyDown={keys}
    />
  );
}
