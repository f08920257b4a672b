import { useActions, useApp, useTexts } from "../kit/store.tsx";

/** A link that cannot be opened: what is wrong with it, and what to do. Never an empty page. */
export function DamagedLink({ reason }: { reason?: string }) {
  const t = useTexts();
  const actions = useActions();
  const fragment = useApp((state) => (state.place.page === "link" ? state.place.fragment : ""));
  const kind = !fragment.startsWith("v0") && /^v\d+/.test(fragment) ? "version" : fragment.length < 8 ? "unreadable" : "unsupported";
  return (
    <main className="mx-auto w-full max-w-160 px-6 py-16">
      <h1 className="text-verdict font-bold">{t.damaged.title}</h1>
      <p className="mt-2 text-lead text-text-2">{t.damaged.says}</p>
      <p className="mt-4 text-body">
        <b>{t.damaged.reason}: </b>
        {reason ?? t.damaged.reasons[kind]}
      </p>
      <button type="button" className="button button-primary mt-6" onClick={() => actions.goTo({ page: "work" })}>
        {t.damaged.start}
      </button>
    </main>
  );
}
