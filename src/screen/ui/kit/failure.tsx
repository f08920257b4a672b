import { Component, type ReactNode } from "react";
import { useTexts } from "./store.tsx";

/** A fault of natlens reaches the reader as such, never as an empty page. */
export class Failure extends Component<{ readonly children: ReactNode }, { readonly message?: string }> {
  override state: { readonly message?: string } = {};
  static getDerivedStateFromError(error: unknown): { readonly message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }
  override render(): ReactNode {
    return this.state.message === undefined ? this.props.children : <FailurePage message={this.state.message} />;
  }
}

function FailurePage({ message }: { message: string }) {
  const t = useTexts();
  return (
    <main className="mx-auto w-full max-w-160 px-6 py-16">
      <h1 className="text-verdict font-bold">{t.failed.title}</h1>
      <p className="mt-2 text-lead text-text-2">{t.failed.says}</p>
      <pre className="mono mt-4 overflow-x-auto rounded bg-bg-2 p-3 text-code">{message}</pre>
      <button type="button" className="button mt-6" onClick={() => location.reload()}>
        {t.failed.reload}
      </button>
    </main>
  );
}
