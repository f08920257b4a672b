import type { NodePart, SideName, SideView } from "../../../analysis/view.ts";
import { isAsPasted } from "../../state/selectors.ts";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";

/** What is offered for the texts of a side: two nodes in one text, and repairs that may be declined. */
export function SideOffers({ side, view }: { side: SideName; view: SideView }) {
  const oneNode = useApp((state) => state.oneNode);
  return view.sources.map(({ id, name, nodes }) => (
    <div key={id} className="contents">
      {nodes && !oneNode.includes(id) && <Nodes source={id} name={name} parts={nodes} />}
      <Repairs source={id} name={name} side={side} view={view} />
    </div>
  ));
}

function Nodes({ source, name, parts }: { source: string; name: string; parts: readonly NodePart[] }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const names = parts.map((part) => say(part.name));
  // a host's name says enough; lines only say where, so the text's name goes before them
  const textNames = parts.map((part) => (part.named ? say(part.name) : `${name}, ${say(part.name)}`));
  // what is written above of a node is offered first
  const swapped = parts[0]?.side === "broken" || parts[1]?.side === "healthy";
  const orders = swapped ? [[1, 0] as const, [0, 1] as const] : [[0, 1] as const, [1, 0] as const];
  const use = (healthy: number, broken: number): void =>
    actions.cutNodes(source, parts, textNames, { healthy, broken });
  return (
    <section aria-label={t.input.nodesTitle(names)} className="border-t border-line-1 bg-bg-2 px-4 py-2.5">
      <p className="font-bold">{t.input.nodesTitle(names)}</p>
      <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1.5">
        {parts.length === 2 ? (
          orders.map(([healthy, broken]) => (
            <button key={healthy} type="button" className="button" onClick={() => use(healthy, broken)}>
              {t.input.nodesUse(names[healthy] ?? "", names[broken] ?? "")}
            </button>
          ))
        ) : (
          <button type="button" className="button" onClick={() => actions.cutNodes(source, parts, textNames, {})}>
            {t.input.nodesCut(parts.length)}
          </button>
        )}
        <button type="button" className="button-link" onClick={() => actions.keepOneNode(source)}>
          {t.input.nodesKeep}
        </button>
      </div>
    </section>
  );
}

function Repairs({ source, name, side, view }: { source: string; name: string; side: SideName; view: SideView }) {
  const t = useTexts();
  const actions = useActions();
  const asPasted = useApp((state) => isAsPasted(state, side, source));
  const repairs = view.diagnostics.filter((d) => d.source === source && d.code.startsWith("paste/repaired-")).length;
  if (!asPasted && repairs === 0) return null;
  return (
    <p className="flex flex-wrap items-baseline gap-x-3 border-t border-line-1 px-4 py-2 text-text-2">
      <span>
        <span className="mono text-code text-text-1">{name}</span>
        {t.input.colon}
        {asPasted ? t.input.asPastedOn : t.input.repairedSays}
      </span>
      <button type="button" className="button-link" onClick={() => actions.readAsPasted(source, !asPasted)}>
        {asPasted ? t.input.repair : t.input.asPasted}
      </button>
    </p>
  );
}
