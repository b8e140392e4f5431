using EventTorrent.Api.Submissions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Batches;

/// <summary>One line of a batch, read and checked: a submission, or why it is none.</summary>
/// <param name="Number">Its place in the body, from 1.</param>
/// <param name="LengthBytes">Without its end.</param>
internal sealed record BatchLine(int Number, int LengthBytes, Submission? Submission, ProblemHttpResult? Problem);
