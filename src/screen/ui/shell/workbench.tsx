import type { MainView } from "../../state/store.ts";
import { DetailDrawer } from "../detail/detail-drawer.tsx";
import { DetailHandle } from "../detail/detail-handle.tsx";
import { DetailPane } from "../detail/detail-pane.tsx";
import { DiagramPane } from "../diagram/pane.tsx";
import { Transport } from "../diagram/transport.tsx";
import { Differences } from "../differences/differences.tsx";
import { Flows } from "../flows/flows.tsx";
import { useApp } from "../kit/store.tsx";
import { useMedia, WIDE } from "../kit/use-media.ts";
import { TextView } from "../text/text-view.tsx";
import { VerdictStrip } from "../verdict/verdict-strip.tsx";
import { Chips } from "./chips.tsx";
import { WhatIfBar } from "./what-if-bar.tsx";

function Main({ main }: { main: MainView }) {
  if (main === "flows") return <Flows />;
  if (main === "differences") return <Differences />;
  return main === "text" ? <TextView /> : <DiagramPane />;
}

/** The workbench of DESIGN 8: chips, verdict, then the way beside its details. */
export function Workbench() {
  const main = useApp((state) => state.main);
  const detail = useApp((state) => state.settings.detail);
  const wide = useMedia(WIDE);
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <Chips />
      <VerdictStrip detail={detail} />
      <WhatIfBar />
      <div className="flex min-h-0 flex-1">
        <section className="flex min-h-0 min-w-0 flex-1 flex-col">
          <div className="min-h-0 flex-1">
            <Main main={main} />
          </div>
          {main === "way" && <Transport />}
        </section>
        {wide ? (
          <>
            <DetailHandle />
            <DetailPane width={detail} />
          </>
        ) : (
          <DetailDrawer />
        )}
      </div>
    </main>
  );
}
