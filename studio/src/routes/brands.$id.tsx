import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { BrandEditor } from "#/components/brands/BrandEditor";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { brandDraftQuery, brandQuery } from "#/services/brands";

export const Route = createFileRoute("/brands/$id")({ component: Brand });

function Brand() {
  const { id } = Route.useParams();
  const brand = useQuery(brandQuery(id));
  const hasDraft = brand.data?.has_draft === true;
  const draft = useQuery({ ...brandDraftQuery(id), enabled: hasDraft, refetchOnWindowFocus: false });
  const failed = brand.error ?? draft.error;
  if (failed) return <Failure error={failed} title="The brand could not be read" retry={() => void brand.refetch()} />;
  if (!brand.data || (hasDraft && !draft.data)) return <Loading />;
  return <BrandEditor key={id} brand={brand.data} draft={hasDraft ? (draft.data ?? null) : null} />;
}
