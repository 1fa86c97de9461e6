import { answer, api, type Schemas } from "#/api/client";

/** Keeps a picture, and answers where it is; `url` is null while nobody said at which address tidings is reached. */
export function uploadPicture(file: File): Promise<Schemas["AssetAnswer"]> {
  const asked = {
    params: { query: { name: file.name } },
    body: file,
    bodySerializer: (body: File) => body, // it goes as it is
    headers: { "Content-Type": file.type },
  };
  // The API's description has no body for pictures.
  return answer(api.POST("/assets", asked as unknown as { params: { query: { name: string } } }));
}
