package pt.ua.dicoogle.sdk.core;

public interface PlatformCommunicatorInterface {
    void setPlatformProxy(DicooglePlatformInterface platform);
}
