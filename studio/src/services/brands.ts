import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "#/api/client";
import { keysetQuery } from "./keyset";

export type Brand = Schemas["BrandAnswer"];
export type BrandBody = Schemas["BrandBody"];
export type BrandDraft = Schemas["DraftAnswer"];

const all = ["brands"] as const;

export const brandsQuery = infiniteQueryOptions(
  keysetQuery([...all, "list"], (cursor, signal) => answer(api.GET("/brands", { params: { query: { cursor: cursor ?? null } }, signal }))),
);

/** The first hundred brands, to choose from. */
export const brandChoiceQuery = queryOptions({
  queryKey: [...all, "choice"],
  queryFn: ({ signal }) => answer(api.GET("/brands", { params: { query: { limit: 100 } }, signal })),
});

export const brandQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, id],
    queryFn: ({ signal }) => answer(api.GET("/brands/{brand_id}", { params: { path: { brand_id: id } }, signal })),
  });

/** What a brand may become, where it has a draft. */
export const brandDraftQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, id, "draft"],
    queryFn: ({ signal }) => answer(api.GET("/brands/{brand_id}/draft", { params: { path: { brand_id: id } }, signal })),
  });

/** An email in a brand's look, as it is being written. */
export const brandPreviewQuery = (id: string, body: BrandBody, content: Schemas["Notification"]["content"]) =>
  queryOptions({
    queryKey: [...all, id, "preview", body, content],
    queryFn: ({ signal }) => answer(api.POST("/brands/{brand_id}/preview", { params: { path: { brand_id: id } }, body: { ...body, content, profile: { name: "Ann" } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });

export function createBrand(body: BrandBody): Promise<Brand> {
  return answer(api.POST("/brands", { body }));
}

export function saveBrandDraft(id: string, body: BrandBody): Promise<BrandDraft> {
  return answer(api.PUT("/brands/{brand_id}/draft", { params: { path: { brand_id: id } }, body }));
}

export async function dropBrandDraft(id: string): Promise<void> {
  await answer(api.DELETE("/brands/{brand_id}/draft", { params: { path: { brand_id: id } } }));
}

export function publishBrand(id: string): Promise<Brand> {
  return answer(api.POST("/brands/{brand_id}/publish", { params: { path: { brand_id: id } } }));
}

export async function deleteBrand(id: string): Promise<void> {
  await answer(api.DELETE("/brands/{brand_id}", { params: { path: { brand_id: id } } }));
}

export async function makeDefaultBrand(id: string): Promise<void> {
  await answer(api.PUT("/brands/{brand_id}/default", { params: { path: { brand_id: id } } }));
}
