import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { SourceList } from "#/components/sources/SourceList";

export const Route = createFileRoute("/sources/")({
  validateSearch: z.object({ add: z.boolean().optional() }),
  component: Sources,
});

function Sources() {
  const { add = false } = Route.useSearch();
  const navigate = Route.useNavigate();
  return <SourceList adding={add} add={(open) => void navigate({ search: (now) => ({ ...now, add: open || undefined }), replace: true })} />;
}
