using System.Globalization;
using System.Text;
using EventTorrent.Api.Web;
using EventTorrent.Contracts;
using EventTorrent.Hosting.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventTorrent.Api.Submissions;

/// <summary>Turns the fields of a POST into a <see cref="Submission"/>, or names what is wrong with them.</summary>
internal static class SubmissionParser
{
    public const int MaxPriority = 100;

    /// <summary>File indexes in one submission; no more than this many files of a torrent are worked on.</summary>
    private const int MaxFiles = VideoFiles.MaxSelected;

    /// <summary>Files that a torrent may have.</summary>
    private const int MaxFileIndex = 9_999;

    /// <param name="webhooks">Whether and where webhooks may go.</param>
    public static (Submission? Submission, ProblemHttpResult? Problem) Parse(SubmissionFields fields, WebhookOptions webhooks)
    {
        var (submission, problem) = ParseSource(fields);
        if (submission is null)
        {
            return (null, problem);
        }

        if (!TryParseWants(fields.Want, out var wants))
        {
            return Refuse("invalid-want", "want is screenshots, stream, or both with a comma between them, or metadata.");
        }

        if (!TryParseNumber(fields.Shots, 1, Limits.MaxShots, out var shots))
        {
            return Refuse("invalid-shots", $"shots is a whole number from 1 to {Limits.MaxShots}.");
        }

        if (!TryParseNumber(fields.Priority, -MaxPriority, MaxPriority, out var priority))
        {
            return Refuse("invalid-priority", $"priority is a whole number from {-MaxPriority} to {MaxPriority}.");
        }

        if (!TryParseFiles(fields.Files, out var files))
        {
            return Refuse("invalid-files", $"files is a list of at most {MaxFiles} file indexes with commas between them, each from 0 to {MaxFileIndex}.");
        }

        if (!TryParseVerification(fields.Verification, out var verification))
        {
            return Refuse("invalid-verification", "verification is one of blocks, two_peers, pieces.");
        }

        if (fields.Webhook is not null && !webhooks.IsOn())
        {
            return Refuse("webhooks-off", "This server sends no webhooks: its operator has set no secret to sign them with.");
        }

        if (fields.Webhook is not null && !WebhookUrl.TryParse(fields.Webhook, webhooks.AllowPrivateNetworks, out _, out var error))
        {
            return Refuse("invalid-webhook", error);
        }

        return (
            submission with { Wants = wants, Shots = shots, Priority = priority, Files = files, Verification = verification, Webhook = fields.Webhook },
            null);
    }

    private static (Submission? Submission, ProblemHttpResult? Problem) ParseSource(SubmissionFields fields)
    {
        if (fields.Magnet is not null)
        {
            if (fields.Infohash is not null || fields.TorrentFile is not null)
            {
                return Refuse("ambiguous-source", "A magnet stands alone: leave infohash and torrent_file out.");
            }

            return MagnetLink.TryParse(fields.Magnet, out var magnet, out var error)
                ? (new Submission(magnet.Infohash) { Name = Clean(magnet.DisplayName), Trackers = magnet.Trackers, Peers = magnet.Peers }, null)
                : Refuse("invalid-magnet", error);
        }

        Infohash? infohash = null;
        if (fields.Infohash is not null)
        {
            if (!Infohash.TryParse(fields.Infohash.Length <= 100 ? fields.Infohash.Trim() : null, out var parsed))
            {
                return Refuse("invalid-infohash", "An infohash is 40 hex digits (v1), 32 base32 digits (v1) or 64 hex digits (v2).");
            }

            infohash = parsed;
        }

        if (fields.TorrentFile is { } file)
        {
            return ParseTorrent(file, infohash);
        }

        return infohash is { } only
            ? (new Submission(only), null)
            : Refuse("missing-source", "One of infohash, magnet and torrent_file is needed.");
    }

    private static (Submission? Submission, ProblemHttpResult? Problem) ParseTorrent(byte[] file, Infohash? infohash)
    {
        if (!TorrentDescriptor.TryParse(file, out var torrent, out var error))
        {
            return Refuse("invalid-torrent", error);
        }

        if (infohash is { } given && given != torrent.InfohashV1 && given != torrent.InfohashV2)
        {
            return Refuse("infohash-mismatch", $"The torrent file is of {torrent.Infohash}, not of {given}.");
        }

        return (
            new Submission(torrent.Infohash)
            {
                InfohashV1 = torrent.InfohashV1,
                InfohashV2 = torrent.InfohashV2,
                Name = Clean(torrent.Name),
                Trackers = torrent.Trackers,
                Info = torrent.Info.Length <= Limits.InfoInMessageBytes ? torrent.Info : null,
            },
            null);
    }

    private static bool TryParseWants(string? text, out Wants? wants)
    {
        wants = null;
        if (text is null)
        {
            return true;
        }

        var found = Wants.None;
        foreach (var word in text.Length <= 100 ? text.Split(',', StringSplitOptions.TrimEntries) : [""])
        {
            Wants? want = word switch { "screenshots" => Wants.Screenshots, "stream" => Wants.Stream, "metadata" => Wants.None, _ => null };
            if (want is null)
            {
                return false;
            }

            found |= want.Value;
        }

        wants = found;
        return true;
    }

    private static bool TryParseNumber(string? text, int min, int max, out int? number)
    {
        number = null;
        if (text is null)
        {
            return true;
        }

        if (text.Length > 12 || !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) || parsed < min || parsed > max)
        {
            return false;
        }

        number = parsed;
        return true;
    }

    private static bool TryParseFiles(string? text, out IReadOnlyList<int> files)
    {
        files = [];
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var parts = text.Length <= MaxFiles * 8 ? text.Split(',', StringSplitOptions.TrimEntries) : [];
        var found = new SortedSet<int>();
        foreach (var part in parts)
        {
            if (!TryParseNumber(part, 0, MaxFileIndex, out var index))
            {
                return false;
            }

            found.Add(index!.Value);
        }

        files = [.. found];
        return files.Count is > 0 and <= MaxFiles;
    }

    private static bool TryParseVerification(string? text, out Verification? verification)
    {
        verification = text switch
        {
            "blocks" => Verification.Blocks,
            "two_peers" => Verification.TwoPeers,
            "pieces" => Verification.Pieces,
            _ => null,
        };
        return verification is not null || text is null;
    }

    /// <summary>A name without control characters and broken surrogates, which PostgreSQL can't hold and no page should show.</summary>
    private static string? Clean(string? name)
    {
        var text = new StringBuilder();
        foreach (var rune in (name ?? "").EnumerateRunes())
        {
            if (!Rune.IsControl(rune))
            {
                text.Append(rune);
            }
        }

        return text.Length > 0 ? text.ToString() : null;
    }

    private static (Submission?, ProblemHttpResult?) Refuse(string type, string detail) => (null, Problems.BadRequest(type, detail));
}
