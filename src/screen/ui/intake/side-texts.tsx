import { X } from "lucide-react";
import { useState } from "react";
import type { SideName } from "../../../analysis/view.ts";
import type { Input } from "../../state/store.ts";
import { sizeWords } from "../kit/size-words.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { TextWindow } from "../text/text-window.tsx";

/** The texts of one side: each can be named, shown, moved to the other side and removed. */
export default function SideTexts({ side }: { side: SideName }) {
  const t = useTexts();
  const all = useApp((state) => state.inputs);
  const peek = useApp((state) => state.peek[side]);
  const inputs = all.filter((input) => input.side === side);
  const shown = inputs.find((input) => input.key === peek?.source);
  return (
    <>
      <ul aria-label={t.input.texts} className="max-h-[232px] overflow-y-auto border-b border-line-1 py-1">
        {inputs.map((input) => (
          <Row key={input.key} input={input} open={input === shown} />
        ))}
      </ul>
      {shown && (
        <div className="flex h-[236px] min-h-[120px] resize-y flex-col overflow-hidden border-b border-line-1">
          <TextWindow key={shown.key} source={shown.key} name={shown.name} line={peek?.line} side={side} />
        </div>
      )}
    </>
  );
}

function Row({ input, open }: { input: Input; open: boolean }) {
  const t = useTexts();
  const actions = useActions();
  const { key, name, side } = input;
  const other = side === "healthy" ? "broken" : "healthy";
  return (
    <li className="relative flex min-h-8 flex-wrap items-center gap-x-3 px-4 py-0.5 max-md:py-1">
      <Name input={input} />
      <State input={input} />
      <span className="ml-auto flex items-center gap-x-3 text-small">
        <button
          type="button"
          className="button-link"
          aria-expanded={open}
          aria-label={open ? t.input.hide(name) : t.input.view(name)}
          onClick={() => actions.peek(side, open ? undefined : { source: key })}
        >
          {open ? t.input.hideShort : t.input.show}
        </button>
        <button
          type="button"
          className="button-link"
          aria-label={t.input.moveName(name, t.side[other])}
          onClick={() => actions.moveInput(key, other)}
        >
          {t.input.move[other]}
        </button>
        <button
          type="button"
          aria-label={t.intake.remove(name)}
          className="grid size-6 place-items-center text-text-2 hover:text-text-1 max-md:size-8"
          onClick={() => actions.removeInput(key)}
        >
          <X size={14} />
        </button>
      </span>
    </li>
  );
}

/** The name is a field that looks like text until it is touched. */
function Name({ input }: { input: Input }) {
  const t = useTexts();
  const actions = useActions();
  const [name, setName] = useState(input.name);
  return (
    <input
      value={name}
      aria-label={t.input.name(input.name)}
      size={Math.max(6, Math.min(36, name.length + 1))}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => (name.trim() === "" ? setName(input.name) : actions.renameInput(input.key, name.trim()))}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setName(input.name);
      }}
      className="mono min-h-6 min-w-0 max-w-full flex-initial truncate rounded-[3px] bg-transparent text-code hover:bg-bg-2 focus:bg-bg-2"
    />
  );
}

/** How large a text is, and how far it is read. */
function State({ input }: { input: Input }) {
  const t = useTexts();
  const actions = useActions();
  const work = useApp((state) => state.work);
  const lines = useApp((state) => state.taken[input.key]);
  const read = useApp((state) => state.read?.sides[input.side]?.sources.some((s) => s.id === input.key) === true);
  const due = useApp((state) => state.due);
  const running = work.status === "running";
  const now = running && work.key === input.key;
  return (
    <>
      <span className="text-small whitespace-nowrap text-text-3">
        {sizeWords(input.bytes)}
        {lines !== undefined && `, ${t.text.lineCount(lines)}`}
      </span>
      {!read && !running && !due && (
        <span className="text-small text-text-2">
          {t.input.waiting}{" "}
          <button type="button" className="button-link" onClick={() => void actions.readInput()}>
            {t.input.readNow}
          </button>
        </span>
      )}
      {now && (
        <>
          <span className="text-small text-text-2">{t.input.reading}</span>
          <span
            className="absolute bottom-0 left-0 h-0.5 w-full origin-left bg-text-1"
            style={{ transform: `scaleX(${work.total > 0 ? Math.min(1, work.done / work.total) : 0})` }}
          />
        </>
      )}
    </>
  );
}
