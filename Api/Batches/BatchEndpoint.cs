using System.Text.Json;
using System.Threading.Channels;
using EventTorrent.Api.Access;
using EventTorrent.Api.Web;
using EventTorrent.Hosting.Webhooks;
using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;
using MinDataRate = Microsoft.AspNetCore.Server.Kestrel.Core.MinDataRate;

namespace EventTorrent.Api.Batches;

/// <summary>
/// Many submissions in one request: a line of JSON each, answered by a line of JSON each. Lines are worked on while others come,
/// and answers go out while others are worked on: what a batch takes of memory has a bound, however long it is.
/// </summary>
internal static class BatchEndpoint
{
    public const string ContentType = "application/x-ndjson";

    /// <summary>Ten thousand magnets with all their trackers.</summary>
    public const long MaxBodyBytes = 64 * 1024 * 1024;

    /// <summary>Lines, and bytes of lines, of one transaction.</summary>
    private const int MaxTogether = 250;
    private const int MaxBytesTogether = 4 * 1024 * 1024;

    /// <summary>A caller may have to look for its next line; one that only holds the connection is cut off.</summary>
    private static readonly MinDataRate SlowestCaller = new(bytesPerSecond: 100, gracePeriod: TimeSpan.FromMinutes(1));

    private static readonly ProblemHttpResult UnknownType = Problems.Of(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", $"Send {ContentType}: one JSON object on each line.");

    private static readonly ProblemHttpResult TooLarge = Problems.Of(
        StatusCodes.Status413PayloadTooLarge, "too-large", $"A batch has at most {MaxBodyBytes} bytes: the rest was not read.");

    private static readonly ProblemHttpResult Unreadable = Problems.BadRequest("unreadable-body", "The body ended before its end.");

    public static IEndpointRouteBuilder MapBatch(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/tasks/batch", SubmitAsync).Needs(AccessRole.Submitter)
            .DescribeBatch()
            .WithMetadata(new RequestSizeLimitAttribute(MaxBodyBytes));
        return routes;
    }

    private static async Task<IResult> SubmitAsync(
        HttpContext context, BatchService batch, IOptions<JsonOptions> json, IOptions<WebhookOptions> webhooks, CancellationToken cancellationToken)
    {
        if (!IsLinesOfJson(context.Request.ContentType))
        {
            return UnknownType;
        }

        if (context.Request.ContentLength > MaxBodyBytes)
        {
            return TooLarge;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = SlowestCaller;
        }

        context.Response.ContentType = ContentType;
        // Answers wait here for a caller that reads none before it has sent all: as many as lines at most.
        var answers = Channel.CreateUnbounded<BatchAnswer>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var writing = WriteAsync(answers.Reader, context.Response, json.Value.SerializerOptions, cancellationToken);
        try
        {
            await WorkAsync(BatchReader.ReadAsync(context.Request.BodyReader, webhooks.Value, cancellationToken), batch, answers.Writer, cancellationToken);
        }
        finally
        {
            answers.Writer.Complete();
            await writing;
        }

        return Results.Empty;
    }

    private static async Task WorkAsync(
        IAsyncEnumerable<BatchLine> read, BatchService batch, ChannelWriter<BatchAnswer> answers, CancellationToken cancellationToken)
    {
        var together = new List<BatchLine>();
        var last = 0;
        var lines = read.GetAsyncEnumerator(cancellationToken);
        try
        {
            for (var next = lines.MoveNextAsync(); ; next = lines.MoveNextAsync())
            {
                // What has come is not kept waiting for what has not.
                if (!next.IsCompleted)
                {
                    await FlushAsync();
                }

                if (!await next)
                {
                    break;
                }

                together.Add(lines.Current);
                last = lines.Current.Number;
                if (together.Count >= MaxTogether || together.Sum(line => line.LengthBytes) >= MaxBytesTogether)
                {
                    await FlushAsync();
                }
            }

            await FlushAsync();
        }
        catch (BadHttpRequestException failure)
        {
            await FlushAsync();
            var problem = failure.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge : Unreadable;
            answers.TryWrite(BatchAnswer.Refused(last + 1, problem));
        }

        async Task FlushAsync()
        {
            foreach (var answer in await batch.SubmitAsync(together, cancellationToken))
            {
                answers.TryWrite(answer);
            }

            together.Clear();
        }
    }

    private static async Task WriteAsync(
        ChannelReader<BatchAnswer> answers, HttpResponse response, JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        while (await answers.WaitToReadAsync(cancellationToken))
        {
            while (answers.TryRead(out var answer))
            {
                await response.Body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(answer, json), (byte)'\n'], cancellationToken);
            }

            await response.Body.FlushAsync(cancellationToken);
        }
    }

    private static bool IsLinesOfJson(string? contentType) =>
        contentType?.Split(';')[0].Trim().ToLowerInvariant() is ContentType or "application/ndjson" or "application/jsonl" or "application/json-lines";
}
