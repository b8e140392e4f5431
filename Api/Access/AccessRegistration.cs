using EventTorrent.Storage.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace EventTorrent.Api.Access;

/// <summary>Who may do what. A route that says nothing of it is for admins.</summary>
internal static class AccessRegistration
{
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<KeyRing>();
        services.AddSingleton<OpenDoor>();
        services.AddSingleton<WrongKeys>();
        services.AddHostedService<KeyRingKeeper>();
        services.AddAuthentication(KeyAuthentication.Scheme).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Scheme, null);
        services.AddAuthorization(options =>
        {
            foreach (var role in Enum.GetValues<AccessRole>())
            {
                options.AddPolicy(role.ToString(), From(role));
            }

            options.FallbackPolicy = From(AccessRole.Admin);
        });
        return services;
    }

    /// <summary>Lets in this role and those that may do more.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder builder, AccessRole role) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(role.ToString());

    private static AuthorizationPolicy From(AccessRole role) =>
        new AuthorizationPolicyBuilder(KeyAuthentication.Scheme).RequireRole(Enum.GetValues<AccessRole>().Where(other => other >= role).Select(other => other.ToString())).Build();
}
