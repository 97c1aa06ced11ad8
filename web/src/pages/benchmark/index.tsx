import { PageHead } from '../../parts/page-head.tsx';

export default function Page() {
  return <PageHead title="Benchmark" />;
}
