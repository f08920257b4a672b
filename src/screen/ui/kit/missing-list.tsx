import type { Missing, SideName } from "../../../analysis/view.ts";
import { Command, CopyButton } from "./copy.tsx";
import { Prose } from "./prose.tsx";
import { useSay, useTexts } from "./store.tsx";

/**
 * What to paste for a firm verdict, as commands to copy: what decides or firms it one by one, what only adds to it as
 * one command. `side` undefined: what no single node is asked for.
 */
export function MissingList({ list, side }: { list: readonly Missing[]; side: SideName | undefined }) {
  const t = useTexts();
  const own = list.filter((one) => one.side === side);
  if (own.length === 0) return null;
  const adding = own.filter((one) => one.weight === "adds");
  return (
    <section>
      <div className="flex items-baseline gap-3">
        <h3 className="font-bold">{side ? t.input.missing : t.input.eitherSide}</h3>
        {own.length > 1 && (
          <span className="ml-auto text-small">
            <CopyButton text={inOne(own)} label={t.input.copyAll} />
          </span>
        )}
      </div>
      <ul className="mt-1 grid grid-cols-[minmax(0,1fr)] gap-2">
        {own
          .filter((one) => one.weight !== "adds")
          .map((one) => (
            <Item key={`${one.command}${one.why.en}`} command={one.command} whys={[one]} />
          ))}
        {adding.length > 0 && <Item command={inOne(adding)} whys={adding} />}
      </ul>
    </section>
  );
}

function Item({ command, whys }: { command: string; whys: readonly Missing[] }) {
  const t = useTexts();
  const say = useSay();
  const weight = whys[0]?.weight ?? "adds";
  return (
    <li>
      <Command text={command} />
      <p className="mt-0.5 text-small text-text-2">
        {weight !== "adds" && <b className="text-text-1">{t.input.weight[weight]}. </b>}
        <Prose text={whys.map((one) => say(one.why)).join(t.input.between)} />
      </p>
    </li>
  );
}

/** Each command once, in one line. */
const inOne = (list: readonly Missing[]): string =>
  [...new Set(list.flatMap((one) => one.command.split(/;\s*/)))].join("; ");
