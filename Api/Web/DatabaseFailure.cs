using System.Data.Common;
using EventTorrent.Storage;
using Microsoft.EntityFrameworkCore;

namespace EventTorrent.Api.Web;

/// <summary>What a database may say that is a matter of time, not of the request. EF Core wraps what the driver says.</summary>
internal static class DatabaseFailure
{
    public static bool MayPass(Exception failure) =>
        failure is DbException or DbUpdateException or TimeoutException or TaskHeldException || failure.InnerException is DbException;
}
