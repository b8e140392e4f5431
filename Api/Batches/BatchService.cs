using EventTorrent.Api.Submissions;
using EventTorrent.Api.Web;
using EventTorrent.Storage;

namespace EventTorrent.Api.Batches;

/// <summary>
/// Writes the lines of a batch, those that came together in one transaction. What fails in company is tried again alone, so that
/// no line fails because of another; when the database is away, the rest of the batch is told so at once.
/// </summary>
internal sealed class BatchService(SubmissionService submissions)
{
    private bool _isAway;

    /// <returns>One answer for each line, in their order.</returns>
    public async Task<IReadOnlyList<BatchAnswer>> SubmitAsync(IReadOnlyList<BatchLine> lines, CancellationToken cancellationToken)
    {
        List<BatchLine> taken = [.. lines.Where(line => line.Submission is not null)];
        var answers = lines.Where(line => line.Problem is not null).Select(line => BatchAnswer.Refused(line.Number, line.Problem!)).ToList();
        answers.AddRange(await TryTogetherAsync(taken, cancellationToken) ?? await SubmitAloneAsync(taken, cancellationToken));
        return [.. answers.OrderBy(answer => answer.Line)];
    }

    private async Task<IReadOnlyList<BatchAnswer>?> TryTogetherAsync(List<BatchLine> lines, CancellationToken cancellationToken)
    {
        if (lines.Count == 0 || _isAway)
        {
            return lines.Count == 0 ? [] : null;
        }

        try
        {
            var news = await submissions.SubmitAsync([.. lines.Select(line => line.Submission!)], cancellationToken);
            return [.. lines.Zip(news, Taken)];
        }
        catch (Exception failure) when (DatabaseFailure.MayPass(failure))
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<BatchAnswer>> SubmitAloneAsync(List<BatchLine> lines, CancellationToken cancellationToken)
    {
        var answers = new List<BatchAnswer>(lines.Count);
        foreach (var line in lines)
        {
            answers.Add(await TryAloneAsync(line, cancellationToken));
        }

        return answers;
    }

    private async Task<BatchAnswer> TryAloneAsync(BatchLine line, CancellationToken cancellationToken)
    {
        if (_isAway)
        {
            return BatchAnswer.Unavailable(line.Number);
        }

        try
        {
            return Taken(line, (await submissions.SubmitAsync([line.Submission!], cancellationToken))[0]);
        }
        catch (Exception failure) when (DatabaseFailure.MayPass(failure))
        {
            // A row that somebody holds is a matter of that line; all else is one of all.
            _isAway = failure is not TaskHeldException;
            return BatchAnswer.Unavailable(line.Number);
        }
    }

    private static BatchAnswer Taken(BatchLine line, bool isNew) =>
        new(line.Number, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, line.Submission!.Infohash.ToString());
}
