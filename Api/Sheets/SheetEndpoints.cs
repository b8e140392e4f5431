using System.Security.Cryptography;
using System.Text;
using EventTorrent.Api.Access;
using EventTorrent.Api.Pictures;
using EventTorrent.Api.Tasks;
using EventTorrent.Api.Web;
using EventTorrent.Api.Web.Documents;
using EventTorrent.Contracts;
using EventTorrent.Media;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace EventTorrent.Api.Sheets;

/// <summary>Many pictures in one: the contact sheet of a video, and the sprite and thumbnails of its seek bar.</summary>
internal static class SheetEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static IEndpointRouteBuilder MapSheets(this IEndpointRouteBuilder routes)
    {
        var task = routes.MapGroup("/tasks/{infohash}").WithTags("Sheets").Needs(AccessRole.Viewer);
        task.MapMethods("/sheet.jpg", Methods, SheetAsync)
            .WithSummary("Get all pictures of a video as one, with their times")
            .WithDescription("file: index of the file, by default the first with pictures; columns: 1 to 10, by default 4; width: of each picture, 80 to 480, by default 320.")
            .Reads("file").Reads("columns").Reads("width")
            .Produces<byte[]>(StatusCodes.Status200OK, PictureStore.ContentType)
            .Refuses(StatusCodes.Status400BadRequest, "invalid-infohash", "invalid-query").RefusesMissingPictures();
        task.MapMethods("/files/{file}/sprite.jpg", Methods, SpriteAsync)
            .WithSummary("Get the pictures of a seek bar as one")
            .WithDescription("Made when it is first asked for; thumbnails.vtt says where in it each picture is.")
            .Produces<byte[]>(StatusCodes.Status200OK, PictureStore.ContentType)
            .Refuses(StatusCodes.Status400BadRequest, "invalid-infohash").RefusesMissingPictures();
        task.MapMethods("/files/{file}/thumbnails.vtt", Methods, ThumbnailsAsync)
            .WithSummary("Get the thumbnails of a seek bar: WebVTT that points into the sprite")
            .WithDescription("The name of the sprite in it changes with the pictures.")
            .Produces<string>(StatusCodes.Status200OK, "text/vtt")
            .Refuses(StatusCodes.Status400BadRequest, "invalid-infohash").RefusesMissingPictures();
        return routes;
    }

    private static RouteHandlerBuilder RefusesMissingPictures(this RouteHandlerBuilder endpoint) => endpoint
        .Refuses(StatusCodes.Status404NotFound, "unknown-task", "no-pictures")
        .Refuses(StatusCodes.Status503ServiceUnavailable, "busy", "sheet-failed");

    private static Task<IResult> SheetAsync(string infohash, SheetService sheets, TaskReader reader, HttpContext context) =>
        AnswerAsync(infohash, reader, context, async (parsed, cancellationToken) =>
            SheetQuery.Parse(context.Request.Query, out var error) is not { } query ? Problems.BadRequest("invalid-query", error!)
            : await sheets.ContactSheetAsync(parsed, query, cancellationToken) is { } sheet ? File(sheet, context)
            : null);

    private static Task<IResult> SpriteAsync(string infohash, string file, SheetService sheets, TaskReader reader, HttpContext context) =>
        AnswerAsync(infohash, reader, context, async (parsed, cancellationToken) =>
            PicturePlace.TryRead(file, "0", out var place) && await sheets.SpriteAsync(parsed, place.File, cancellationToken) is var (sprite, _)
                ? File(sprite, context)
                : null);

    private static Task<IResult> ThumbnailsAsync(string infohash, string file, SheetService sheets, TaskReader reader, HttpContext context) =>
        AnswerAsync(infohash, reader, context, async (parsed, cancellationToken) =>
        {
            if (!PicturePlace.TryRead(file, "0", out var place) || await sheets.SpriteAsync(parsed, place.File, cancellationToken) is not var (_, thumbnails))
            {
                return null;
            }

            context.Response.Headers.CacheControl = "no-cache";
            var text = Encoding.UTF8.GetBytes(thumbnails);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, 16))}\"");
            return TypedResults.Bytes(text, "text/vtt; charset=utf-8", enableRangeProcessing: true, entityTag: tag);
        });

    private static async Task<IResult> AnswerAsync(
        string infohash, TaskReader reader, HttpContext context, Func<Infohash, CancellationToken, Task<IResult?>> answer)
    {
        if (!Infohash.TryParse(infohash, out var parsed))
        {
            return RouteInfohash.Invalid;
        }

        try
        {
            return await answer(parsed, context.RequestAborted)
                ?? (await reader.ExistsAsync(parsed, context.RequestAborted)
                    ? Problems.NotFound("no-pictures", "There are no pictures of this file yet.")
                    : RouteInfohash.Unknown(parsed));
        }
        catch (SheetsBusyException busy)
        {
            context.Response.Headers.RetryAfter = "1";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "busy", busy.Message);
        }
        catch (MediaException failure)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "sheet-failed", failure.Message);
        }
        catch (IOException)
        {
            // A picture was replaced or deleted while it was read.
            context.Response.Headers.RetryAfter = "1";
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "sheet-failed", "The pictures are changing just now.");
        }
    }

    private static PhysicalFileHttpResult File(Sheet sheet, HttpContext context)
    {
        // An address that names the content is true for ever; any other one shows what is stored at the time.
        context.Response.Headers.CacheControl = context.Request.Query["v"] == sheet.Key ? "private, max-age=31536000, immutable" : "no-cache";
        return TypedResults.PhysicalFile(sheet.Path, PictureStore.ContentType, entityTag: new EntityTagHeaderValue($"\"{sheet.Key}\""), enableRangeProcessing: true);
    }
}
