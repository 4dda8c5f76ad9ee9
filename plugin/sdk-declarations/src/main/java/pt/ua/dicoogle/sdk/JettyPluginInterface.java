package pt.ua.dicoogle.sdk;

import org.eclipse.jetty.server.handler.HandlerList;

public interface JettyPluginInterface extends DicooglePlugin {
    HandlerList getJettyHandlers();
}
