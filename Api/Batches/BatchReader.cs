using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using EventTorrent.Api.Submissions;
using EventTorrent.Api.Web;
using EventTorrent.Hosting.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Batches;

/// <summary>Reads the lines of a batch, each by the rules of a single submission.</summary>
internal static class BatchReader
{
    public const int MaxLines = 10_000;

    /// <summary>Room for a .torrent file of 768 KiB in base64; a larger one is submitted alone.</summary>
    public const int MaxLineBytes = 1024 * 1024;

    private static readonly ProblemHttpResult TooLong = Problems.Of(
        StatusCodes.Status413PayloadTooLarge, "line-too-long", $"A line has at most {MaxLineBytes} bytes.");

    private static readonly ProblemHttpResult TooMany = Problems.Of(
        StatusCodes.Status413PayloadTooLarge, "too-many-lines", $"A batch has at most {MaxLines} lines: the rest was not read.");

    private static ReadOnlySpan<byte> Blanks => " \t\r"u8;

    public static async IAsyncEnumerable<BatchLine> ReadAsync(
        PipeReader body, WebhookOptions webhooks, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0;
        await foreach (var line in BodyLines.ReadAsync(body, MaxLineBytes, cancellationToken))
        {
            if (++number > MaxLines)
            {
                yield return new BatchLine(number, 0, null, TooMany);
                yield break;
            }

            if (line is null)
            {
                yield return new BatchLine(number, 0, null, TooLong);
            }
            else if (line.AsSpan().ContainsAnyExcept(Blanks))
            {
                var (submission, problem) = Read(line, webhooks);
                yield return new BatchLine(number, line.Length, submission, problem);
            }
        }
    }

    private static (Submission? Submission, ProblemHttpResult? Problem) Read(byte[] line, WebhookOptions webhooks)
    {
        var (fields, unreadable) = SubmissionReader.Read(line);
        return fields is null ? (null, unreadable) : SubmissionParser.Parse(fields, webhooks);
    }
}
