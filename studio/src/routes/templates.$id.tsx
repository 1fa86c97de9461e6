import { useQuery } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { z } from "zod";
import { Designer } from "#/components/designer/Designer";
import { Failure } from "#/components/ui/Failure";
import { Loading } from "#/components/ui/Loading";
import { opening } from "#/elemental/channels";
import { documentOf, templateQuery } from "#/services/templates";

const search = z.object({
  /** The channel whose tab is open. */
  channel: z.string().max(64).optional(),
  panel: z.enum(["settings", "languages", "versions", "send", "publish"]).optional(),
});

export const Route = createFileRoute("/templates/$id")({ validateSearch: search, component: Template });

function Template() {
  const { id } = Route.useParams();
  const { channel, panel } = Route.useSearch();
  const navigate = Route.useNavigate();
  const { data, error, refetch } = useQuery({ ...templateQuery(id), refetchOnWindowFocus: false });
  if (error && !data) return <Failure error={error} title="The template could not be read" retry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <Designer
      key={id}
      template={data}
      place={channel ?? opening(documentOf(data))}
      go={(place) => void navigate({ search: (all) => ({ ...all, channel: place }), replace: true })}
      panel={panel}
      open={(opened) => void navigate({ search: (all) => ({ ...all, panel: search.shape.panel.parse(opened) }) })}
    />
  );
}
