import { useTexts } from "../kit/store.tsx";

export function LearnPage({ slug }: { slug: string; step: number }) {
  const t = useTexts();
  return (
    <main className="mx-auto w-full max-w-160 px-6 py-16">
      <h1 className="text-verdict font-bold">{t.learn.unknown}</h1>
      <p className="mono mt-2">{slug}</p>
    </main>
  );
}
