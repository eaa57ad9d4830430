// How a password can be stored. The names that operators write are the command line's.

namespace FastMqtt.Access;

/// <summary>How a password is stored.</summary>
public enum PasswordHashKind
{
    /// <summary><c>$7$</c>: PBKDF2 with HMAC-SHA512. Every Mosquitto since 2.0 reads it.</summary>
    Sha512Pbkdf2,

    /// <summary><c>$6$</c>: one round of SHA-512. Every Mosquitto reads it; quickly guessed.</summary>
    Sha512,

    /// <summary><c>$argon2id$</c>: Mosquitto 2.1 can read it. 46 MiB of memory for each login.</summary>
    Argon2id,

    /// <summary><c>$scram-sha-256$</c>: serves the SCRAM-SHA-256 method too. No Mosquitto reads it.</summary>
    ScramSha256,
}
